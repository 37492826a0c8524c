"""Case files: cases, their entries, drafts, cards and clocks; absences and headquarters' duty roster."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Ciphertext does not compress: PostgreSQL stores it as it is instead of trying.
STORED_AS_IT_IS = (
    "ALTER TABLE card_segments ALTER sealed_names SET STORAGE EXTERNAL, ALTER sealed_cards SET STORAGE EXTERNAL",
    "ALTER TABLE card_indexes ALTER sealed_index SET STORAGE EXTERNAL, ALTER sealed_texts SET STORAGE EXTERNAL",
)


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("headquarters_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.LargeBinary(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_at >= routed_at", name=op.f("ck_acknowledgements_order")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_acknowledgements")),
    )
    op.create_index(
        "ix_acknowledgements_waiting",
        "acknowledgements",
        ["office_id"],
        unique=False,
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )

    op.create_table(
        "cases",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_folder_id"), "cases", ["folder_id"], unique=False)
    op.create_index(op.f("ix_cases_office_id"), "cases", ["office_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_sources", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_author_id"), "drafts", ["author_id"], unique=False)
    op.create_index(op.f("ix_drafts_folder_id"), "drafts", ["folder_id"], unique=False)

    op.create_table(
        "duty_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_duty_days")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_absences_order")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_absences_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_office_id"), "absences", ["office_id"], unique=False)

    op.create_table(
        "card_indexes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("circle_id", sa.Uuid(), nullable=False),
        sa.Column("shred_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed_index", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_texts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_card_indexes_circle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_indexes")),
        sa.UniqueConstraint("circle_id", name=op.f("uq_card_indexes_circle_id")),
    )
    op.create_table(
        "card_segments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("circle_id", sa.Uuid(), nullable=False),
        sa.Column("shred_id", sa.Uuid(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("names_version", sa.Integer(), nullable=False),
        sa.Column("sealed_names", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_cards", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("used BETWEEN 0 AND 64", name=op.f("ck_card_segments_used")),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_card_segments_circle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_segments")),
    )
    op.create_index("ix_card_segments_circle_id_used", "card_segments", ["circle_id", "used"], unique=False)
    op.create_index("ix_card_segments_versions", "card_segments", ["circle_id", "id", "names_version"], unique=False)

    op.create_table(
        "entries",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_sources", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_entries_case_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["entries.id"], name=op.f("fk_entries_corrects_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_entries_corrects_id")),
    )
    op.create_index(op.f("ix_entries_case_id"), "entries", ["case_id"], unique=False)
    op.create_index(op.f("ix_entries_folder_id"), "entries", ["folder_id"], unique=False)

    op.create_table(
        "card_places",
        sa.Column("circle_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_card_places_circle_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["card_segments.id"], name=op.f("fk_card_places_segment_id")),
        sa.PrimaryKeyConstraint("circle_id", "case_id", name=op.f("pk_card_places")),
    )
    op.create_index(op.f("ix_card_places_segment_id"), "card_places", ["segment_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for statement in STORED_AS_IT_IS:
            op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_card_places_segment_id"), table_name="card_places")

    op.drop_table("card_places")
    op.drop_index(op.f("ix_entries_folder_id"), table_name="entries")
    op.drop_index(op.f("ix_entries_case_id"), table_name="entries")

    op.drop_table("entries")
    op.drop_index("ix_card_segments_versions", table_name="card_segments")
    op.drop_index("ix_card_segments_circle_id_used", table_name="card_segments")

    op.drop_table("card_segments")
    op.drop_table("card_indexes")
    op.drop_index(op.f("ix_absences_office_id"), table_name="absences")

    op.drop_table("absences")
    op.drop_table("duty_days")
    op.drop_index(op.f("ix_drafts_folder_id"), table_name="drafts")
    op.drop_index(op.f("ix_drafts_author_id"), table_name="drafts")

    op.drop_table("drafts")
    op.drop_index(op.f("ix_cases_office_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_folder_id"), table_name="cases")

    op.drop_table("cases")
    op.drop_index(
        "ix_acknowledgements_waiting",
        table_name="acknowledgements",
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )

    op.drop_table("acknowledgements")
