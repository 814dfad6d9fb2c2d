"""JupyterLab as it opens: a page to start from, cards for the questions, copies of one's own, clean files."""
