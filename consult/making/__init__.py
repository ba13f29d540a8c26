"""Making a survey: its text, its versions, and what to mend before people see it."""
