"""Writing sources for somebody: what `attest init`, `add`, `import`, `attach`, `renew` and `collect` do, apart from asking and printing.

    shelf        the library in the package: promises, catalogues, templates          adopt      what taking some of it changes
    init         a first trust center                                                  importing  a catalogue that a user owns
    look         what a file in hand is          columns   which column plays which part
    attach       the file, its description and the check that rests on it              collect    evidence made anew, as declared
    expiring     what runs out next              ical      the same as a calendar
    yaml_edit    one entry of a YAML text changed, every other byte kept
    staging      changes tried out on a copy, then written in an order that a crash cannot turn into a lie
    placing      new files written all or none

Nothing here decides a verdict, and nothing that checks, builds or publishes imports it.
"""
