"""Memory of vqa-gemini --batch --wait over 200,000 rows with pictures of 40 kB, as many as PMC-VQA has
rows, from the first pass to the last: it does not grow with the input. The bound is 150 MB.

usage: python3 Benchmarks/batch.py [DIRECTORY OF THE TOOLS] [ROWS=200000]

Needs Pillow (Tests/oracle/make-venv.sh), some 15 GB of disk for 200,000 rows, and a quarter of an hour.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from gemini_rows import StandIn, write_rows

tools = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release")
count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
work = tempfile.mkdtemp(prefix="vqa-batch-")


def peak(pid):
    """VmHWM of /proc/PID/status (proc_pid_status(5)), in MB."""
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


try:
    rows = write_rows(work, count)
    server = StandIn(tools, work)
    command = [f"{tools}/vqa-gemini", "--batch", "--wait", "--poll", "1", "--rpm", "100000", rows]
    start = time.time()
    run = subprocess.Popen(command, env=server.environment(), stdout=subprocess.PIPE)
    seen = [0.0, 0]

    def watch():
        while run.poll() is None:
            try:
                seen[0] = peak(run.pid)
            except (OSError, StopIteration):
                return
            time.sleep(0.2)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for line in run.stdout:
        seen[1] += b'"descriptive_answer"' in line
    status = run.wait()
    watcher.join()
    server.stop()
    print(f"{count} rows: status {status}, {seen[1]} answered, peak {seen[0]:.1f} MB, {time.time() - start:.0f} s")
finally:
    shutil.rmtree(work)
