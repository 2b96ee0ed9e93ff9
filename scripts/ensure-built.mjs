// For commands that may be called right after a `git pull`: builds what is out of date.

import './prepare.mjs'
