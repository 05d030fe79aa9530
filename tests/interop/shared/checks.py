"""Runs the checks of a file, one after the other."""

import time
import traceback


def run(names, *arguments):
    """Calls what is called check_… in the order in which it stands, with the arguments, and prints what came of it.

    Ends with "N passed, N failed, N skipped"; gives the exit code.
    """
    passed = failed = 0
    for name, check in [(name, value) for name, value in names.items() if name.startswith("check_")]:
        began = time.monotonic()
        try:
            check(*arguments)
            passed += 1
            result = "passed"
        except Exception:
            traceback.print_exc()
            failed += 1
            result = "FAILED"
        print("%s  %s (%d ms)" % (result, name[6:].replace("_", " "), 1000 * (time.monotonic() - began)))
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0
