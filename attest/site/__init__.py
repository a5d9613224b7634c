"""The calls into MkDocs: the one package that knows it. It calls, and decides nothing.

    rendering    a prepared state -> a site in a folder, strictly       what ``attest build`` and ``attest publish`` call
    serving      a preview that follows the sources                     what ``attest serve`` calls
    plugin       what MkDocs calls, event by event
    generated    drawn pages and files as MkDocs wants them
    navigation   what stands in the navigation, in which order

Plain ``mkdocs build`` and ``mkdocs serve`` work too, and write what an unsigned preview of this moment is; SOURCE_DATE_EPOCH names
another moment.
"""

from attest.site.plugin import AttestPlugin, Watch, unwatched
from attest.site.rendering import render, render_preview
from attest.site.serving import serve

__all__ = ["AttestPlugin", "Watch", "render", "render_preview", "serve", "unwatched"]
