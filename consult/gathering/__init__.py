"""Answers that do not come by the pages for them: what goes out on paper, and what is typed in."""
