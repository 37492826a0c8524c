"""What an officer types into a case file: one form for each kind of entry, and how it becomes what the entry says."""

from hrd_cases.cases.forms.entry import Around, EntryForm, Group, TimedForm
from hrd_cases.cases.forms.events import (
    INWARD,
    ActionForm,
    ContactForm,
    IncidentForm,
    MeetingForm,
    NoteForm,
    TaskForm,
)
from hrd_cases.cases.forms.fields import (
    LINE,
    PARAGRAPH,
    STORY,
    Lines,
    LooseDayField,
    Named,
    Several,
    Somebody,
    lines_of,
    listed,
    not_to_come,
)
from hrd_cases.cases.forms.people import PersonForm, SourceForm, WayForm, way_rows
from hrd_cases.cases.forms.profile import ProfileForm

__all__ = [
    "INWARD",
    "LINE",
    "PARAGRAPH",
    "STORY",
    "ActionForm",
    "Around",
    "ContactForm",
    "EntryForm",
    "Group",
    "IncidentForm",
    "Lines",
    "LooseDayField",
    "MeetingForm",
    "Named",
    "NoteForm",
    "PersonForm",
    "ProfileForm",
    "Several",
    "Somebody",
    "SourceForm",
    "TaskForm",
    "TimedForm",
    "WayForm",
    "lines_of",
    "listed",
    "not_to_come",
    "way_rows",
]
