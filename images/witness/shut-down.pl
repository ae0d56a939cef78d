#!/usr/bin/perl
# shut-down.pl [--between-writes] DIR…  Takes ext4 file systems down (EXT4_IOC_SHUTDOWN), with all that is still in memory
# when nobody writes any more; or, below somebody who does, between two writes: an fsync that meets the other way of it
# halfway has been seen to succeed for what was lost.
# What cannot be taken down (gone, or no ext4) is said on stderr, and the others go down all the same.
use strict;
use warnings;

use constant { EXT4_IOC_SHUTDOWN => 0x8004587D, NO_LOG_FLUSH => 2 };

my $how = @ARGV && $ARGV[0] eq '--between-writes' ? 0 : NO_LOG_FLUSH;
shift @ARGV unless $how;
for my $path (@ARGV) {
    my $flags = pack('L', $how);
    open(my $dir, '<', $path) or warn("$path: $!\n"), next;
    ioctl($dir, EXT4_IOC_SHUTDOWN, $flags) or warn "$path: $!\n";
}
