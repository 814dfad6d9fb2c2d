"""Keys for who uses no mouse: what is shown below a cell has its own, such as arrows in a drop-down.

JupyterLab takes arrows, letters and Enter for commands of its own wherever no text is written, unless the very thing
that has the focus says otherwise. Neither ipywidgets nor itables can say it.
"""

#: HTML that says it of whatever has the focus in the same output. The picture in it is empty, and nothing is loaded.
KEYS = (
    """<img alt="" style="display:none" src="data:," onerror="this.closest('.jp-OutputArea-output')"""
    """?.addEventListener('focusin', event => { event.target.dataset.lmSuppressShortcuts = true })">"""
)
