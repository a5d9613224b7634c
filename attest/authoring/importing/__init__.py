"""A catalogue that its user owns -> a framework of their trust center.

    bytes of OSCAL JSON, CSV or XLSX  ->  Catalogue (``oscal``, ``table``)  ->  controls/frameworks/<id>.yml (``printed``)

What the readers share is ``interface``. Pure: bytes in, values or bytes out; nothing is opened here. Refused, each with the place in
the file it came from: ids that stand twice or could be taken for each other, ids that a spreadsheet has rounded, files beyond the
limits, text that could not be published as it stands.
"""
