#!/usr/bin/perl
# Loop devices, as an array's ports and a mirror's volumes. Holds each one open, with autoclear set in the same call that
# configures it: when this process ends, by SIGKILL too, the kernel detaches them all. One command a line in, one answer
# a line out.
#   attach FILE   -> ok MINOR          a loop device on FILE, with its device node in /dev
#   stack FILE    -> ok OUTER INNER    a loop device on a loop device, for kernels that refuse to cut a mounted one
#   cut MINOR     -> ok                the device ends after one sector: every further read and write fails
#   claim MINOR   -> ok | busy         whether a device that somebody holds exclusively can still be cut
#   idle MINOR    -> ok | busy         whether nobody has it mounted
#   release MINOR -> ok                no longer held open; gone when its last user is
#   shutdown DIR  -> ok                the ext4 file system at DIR goes down, its journal not flushed
#   lose DIR      -> ok                it goes down between two writes: an fsync under way ends before, and is true
use strict;
use warnings;
use Fcntl qw(O_RDWR O_EXCL);
use Errno qw(EBUSY);

use constant {
    LOOP_CTL_GET_FREE => 0x4C82, LOOP_CONFIGURE => 0x4C0A, LOOP_SET_STATUS64 => 0x4C04, LOOP_GET_STATUS64 => 0x4C05,
    LO_FLAGS_AUTOCLEAR => 4, LO_FLAGS_DIRECT_IO => 16, EXT4_IOC_SHUTDOWN => 0x8004587D, NO_LOG_FLUSH => 2, ATTEMPTS => 100,
};

$| = 1;
my %held;    # minor => open handle
umask 0;
system('mknod', '/dev/loop-control', 'c', '10', '237') unless -e '/dev/loop-control';
open(my $control, '+<', '/dev/loop-control') or die "loop-control: $!\n";

sub node_of {
    my $minor = shift;
    my $path = "/dev/loop$minor";
    -e $path or system('mknod', $path, 'b', '7', $minor) == 0 or die "mknod $path failed\n";
    return $path;
}

# Another array may take the free device first: the kernel then says EBUSY, and we ask for the next one.
sub attach {
    my ($file, $more_flags) = (@_, 0);
    open(my $backing, '+<', $file) or die "$file: $!\n";
    for (1 .. ATTEMPTS) {
        my $minor = ioctl($control, LOOP_CTL_GET_FREE, 0);
        defined $minor or die "no free loop device: $!\n";
        $minor += 0;    # perl says "0 but true"
        my $path = node_of($minor);
        open(my $device, '+<', $path) or next;
        my $info = pack('Q5 L4 a64 a64 a32 Q2', (0) x 5, 0, 0, 0, LO_FLAGS_AUTOCLEAR | $more_flags, substr($file, 0, 63), '', '', 0, 0);
        my $config = pack('L2', fileno($backing), 0) . $info . "\0" x 64;
        if (ioctl($device, LOOP_CONFIGURE, $config)) {
            $held{$minor} = $device;
            return $minor;
        }
        die "loop$minor on $file: $!\n" unless $! == EBUSY;
    }
    die "no free loop device after ${\ATTEMPTS} attempts\n";
}

sub limit {
    my ($minor, $bytes) = @_;
    my $device = $held{$minor} or die "loop$minor is not held here\n";
    my $info = "\0" x 232;
    ioctl($device, LOOP_GET_STATUS64, $info) or die "status of loop$minor: $!\n";
    substr($info, 32, 8) = pack('Q<', $bytes);
    ioctl($device, LOOP_SET_STATUS64, $info) or die "cut of loop$minor: $!\n";
}

sub shut_down {
    my ($path, $how) = @_;
    open(my $dir, '<', $path) or die "$path: $!\n";
    my $flags = pack('L', $how);
    ioctl($dir, EXT4_IOC_SHUTDOWN, $flags) or die "shutdown of $path: $!\n";
    return '';
}

my %commands = (
    attach => sub { return attach(shift) },
    # Direct, since the inner device would have a block cache of its own that no node can reach to flush.
    stack => sub { my $inner = attach(shift); return attach("/dev/loop$inner", LO_FLAGS_DIRECT_IO) . " $inner" },
    cut => sub { limit(shift, 512); return '' },
    release => sub { delete $held{ $_[0] }; return '' },
    claim => sub {
        sysopen(my $owner, node_of($_[0]), O_RDWR | O_EXCL) or die "exclusive open: $!\n";
        return eval { limit($_[0], 512); 1 } ? '' : $! == EBUSY ? 'busy' : die $@;
    },
    idle => sub {
        return sysopen(my $owner, node_of($_[0]), O_RDWR | O_EXCL) ? '' : $! == EBUSY ? 'busy' : die "exclusive open: $!\n";
    },
    shutdown => sub { return shut_down(shift, NO_LOG_FLUSH) },
    lose => sub { return shut_down(shift, 0) },
);

while (my $line = <STDIN>) {
    my ($command, $argument) = $line =~ /^(\w+) (.+)$/ or next;
    my $answer = eval { ($commands{$command} or die "unknown command $command\n")->($argument) };
    my $error = $@ =~ s/\n.*//sr;
    print defined $answer ? "ok $answer\n" : "error $error\n";
}
