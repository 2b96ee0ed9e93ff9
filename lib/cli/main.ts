#!/usr/bin/env node
// The command line: names its commands and hands over to them.

process.exitCode = 2
