"""The pure core: what happens to a mail, decided from values alone.

`receive` is the one function to read first. It knows no server, no database and no clock: the mail, the facts and the moment are
its arguments, and everything that follows from them is in the `Outcome` it returns. `lapse` does the same for time: one ticket, one
moment, and a `Lapse`.
"""

from mailticket.desk.case import Case, Policy
from mailticket.desk.lapse import lapse, recount
from mailticket.desk.receive import receive

__all__ = ["Case", "Policy", "lapse", "receive", "recount"]
