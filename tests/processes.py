"""Programs that tests start, ended by their ids."""

import subprocess


def stop(process: subprocess.Popen, seconds: float = 20) -> None:
    """Ask a program to end, and end it where it does not: it may wait for a call that goes on."""
    process.terminate()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)
