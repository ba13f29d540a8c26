"""Answers that do not come by the pages for them: paper, what is typed in, and tables from other tools."""
