/**
 * The first import of each program of an image: with "--only-compile" it ends here, all of its modules compiled and
 * nothing done. An image is made with what Node keeps of that, since a container's start is part of every takeover.
 */
if (process.argv.includes('--only-compile')) process.exit(0);
