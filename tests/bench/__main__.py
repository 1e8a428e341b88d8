"""`make bench`: every measurement, one after another."""

from tests.bench import ingest, latency, reports, triage

if __name__ == "__main__":
    ingest.run(2000, "")
    latency.main()
    triage.main()
    reports.main()
