"""The line above which a person answers a mail of ours.

The templates print it and the quote cutter knows it, so what stands below it is ours for certain, in whatever client it was quoted.
"""

ANSWER_ABOVE = {
    "ar": "-- اكتبوا ردكم فوق هذا السطر --",
    "en": "-- please type your answer above this line --",
}
