"""The auditor's and the administrator's pages: the trail, its verification, and whether everything runs."""
