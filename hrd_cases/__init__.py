"""hrd-cases: secure casework for human rights defenders at risk."""

import zoneinfo

# Zone rules come from the package `tzdata` alone, whose version is locked: the machine's own copy may be years older.
# The nodes of one installation would disagree on when a hearing is, and the version kept beside it would be a lie.
zoneinfo.reset_tzpath(())
