"""The private site of the sales and audit team: what reviews, incidents' clocks and the folder of parties come to, as pages for a browser.

    Reviewed, duties, Shelf, questionnaires  ->  index.html                the register of parties, to be narrowed and sorted
                                                 parties/<id>.html         one party: what decides, what is open, what it answered
                                                 due.html  due.ics         what has to be done by when, over all of them
                                                 incidents.html …          the clock: who has to be told what by when
                                                 threats.html              what is known, and whom it touches
                                                 questionnaires/<id>.html  the forms with what reviewers look for

It decides nothing: every word on it was decided before. It is never published: the folder is refused where a site is served from or
where git would take it, every page says so, and nothing on it is asked of or sent to anybody.
"""

from __future__ import annotations

from attest.desk.told import Told
from attest.desk.writing import write

__all__ = ["Told", "write"]
