#!/usr/bin/perl
# The primary's side of a global file system: an sftp-server for each connection of a member. Each line on standard
# input is the addresses that may connect from now on; the sessions of all others are ended. With the end of the input
# all are. Perl, because a session's socket is to be handed over as it is. Usage: serve.pl PORT DIRECTORY.
use strict;
use warnings;
use POSIX ':sys_wait_h';
use Socket qw(:DEFAULT IPPROTO_TCP TCP_NODELAY);

my ($port, $directory) = @ARGV;
my $SERVER = '/usr/lib/openssh/sftp-server';
my (%allowed, %sessions);
my $buffer = '';

sub reap {
    while ((my $pid = waitpid(-1, WNOHANG)) > 0) { delete $sessions{$pid} }
}

sub take_address {
    my ($connection, $address) = @_;
    return if !$allowed{$address};
    setsockopt($connection, IPPROTO_TCP, TCP_NODELAY, 1);
    my $pid = fork;
    return if !defined $pid;
    if ($pid) { $sessions{$pid} = $address; return }
    open STDIN, '<&', $connection or exit 1;
    open STDOUT, '>&', $connection or exit 1;
    exec $SERVER, '-e', '-l', 'ERROR', '-d', $directory or exit 1;
}

socket(my $listener, PF_INET, SOCK_STREAM, IPPROTO_TCP) or die "socket: $!\n";
setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, 1);
bind($listener, sockaddr_in($port, INADDR_ANY)) or die "port $port: $!\n";
listen($listener, 64) or die "listen: $!\n";
$SIG{CHLD} = sub { };
$| = 1;
print "ready\n";

while (1) {
    reap();
    my $ready = '';
    vec($ready, fileno $_, 1) = 1 for *STDIN, $listener;
    next if select($ready, undef, undef, 1) <= 0;
    if (vec($ready, fileno STDIN, 1)) {
        sysread(STDIN, $buffer, 65_536, length $buffer) or last;
        while ($buffer =~ s/^([^\n]*)\n//) { %allowed = map { $_ => 1 } split ' ', $1 }
        kill 'KILL', grep { !$allowed{$sessions{$_}} } keys %sessions;
    }
    next if !vec($ready, fileno $listener, 1);
    my $from = accept(my $connection, $listener) or next;
    take_address($connection, inet_ntoa((sockaddr_in($from))[1]));
}
close $listener;
kill 'KILL', keys %sessions;
1 while waitpid(-1, 0) > 0;
