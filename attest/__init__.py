"""Attest: trust centers that can be verified.

The way of the data, which is also the order of the package:

    out    load -> observe -> assess -> record -> pages | statement -> tree -> sign -> publish
    back   fetch -> verify -> (review)

``load``       YAML files             -> model (references resolved, every problem with its file and line)
``observe``    evidence files         -> digests and readings
``assess``     model + readings + as-of -> Assessment: a verdict per control, always with its reason
``record``     Assessment             -> what is published of it (``assessment.json``), by allow-list
``pages``      the published record   -> HTML; ``site`` hands it to MkDocs
``tree``       the built folder       -> what was really written, path by path, digest by digest
``statement``  record + manifest      -> the in-toto Statement that is signed, and strictly back
``wire``       one specification a file, print and parse together
``signers`` ``publishers`` ``logs``   the edges that hold keys, write destinations, keep the log
``publishing`` built, entered into the log, signed, verified, kept: the parts of ``publish``; ``append`` works out how a log grows
``verify``     bundle + trust + now   -> Verified, in numbered steps

Nothing is imported here, so that ``attest verify`` stays small: the standard library and ``cryptography``.
"""

__version__ = "0.1.0"
