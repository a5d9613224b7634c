"""What is claimed, as frozen values: what the YAML of a trust center says, every reference resolved.

    Center ── profile        center.yml: who, systems in scope, areas, contacts, defaults
           ├─ controls       one promise a file, by id: Control ── checks: Check ── Rule, evidence id
           ├─ evidence       one description a file, by id (evidence written under a check gets an id of its own)
           └─ frameworks     clause lists: data, never code

These classes take text (every YAML scalar arrives as the text that stands in the file, so that ``1.10`` or ``NO`` is never read
as something else) and refuse unknown keys. ``load`` builds them and adds file and line to what they refuse.
"""
