"""A signed trust center and a reader's trust, in; one answer, out. Nothing here opens a file, asks the network or the clock, or prints.

    source (bytes by path) + trust (pins) + now + what was last seen   ->   Answer: a word, an exit code, five steps, why

    step         no.  what is asked                                                                          file
    integrity     1   the bundle parses: one signature, hint equal to keyid                                  envelope
                  2   the payload is an in-toto statement of the one predicate type that is known            envelope
                  3   the key that the hint names signed the payload's PAE; the statement names the same key envelope
                  6   SHA256SUMS and assessment.json are the signed subjects, statement.json is the payload,
                      SHA256SUMS.sig is the same key's                                                       subjects
                  7   every listed file is there and as listed, at least one page, none unlisted             files
                  8   totals, basis, claims, withheld, commitments and frameworks recomputed; both documents
                      say the same; each verdict agrees with its checks                                      record
                  9   each control's page carries its block once, no other page carries one                  blocks
    signer        4   the key is pinned for this center and the role issuer, now                             signer
                  4 and, where the reader asks DNS: its keys are pins, or do not contradict those that are there named
    freshness     5   issuedAt <= now < validUntil                                                           freshness
    history      10   every held release is signed, numbered and named by the next; what was last seen is an
                      ancestor                                                                               history
    claims       11   the denominator, and what lapsed since: evidence, plans, decisions                     claims
    4, 8, 11          what a person affirmed is the signed act that is listed, and whose key that is         affirmation
                 12   where anything does not match, the bundle is read again, and if it changed all starts
                      over, three times at most: a release may be switched while we read                     verifier

Steps run in the order of the numbers where one needs another; every one that can run does, so that an answer names all that is
wrong. A step says no only of what it saw: what cannot be reached or read is "could not tell", and nothing turns that into a yes.
Absent on purpose: a clock tolerance (a reader's clock is the reader's), certificate chains, and the transparency log, of which this
version says "not checked" and never passes it.
"""
