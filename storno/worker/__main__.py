"""`python -m storno.worker`: the worker alone, beside others or under another supervisor."""

from storno.worker.run import main

if __name__ == "__main__":
    main()
