"""`python -m nashra` is `nashra`."""

from nashra.site.cli import main

if __name__ == "__main__":
    main()
