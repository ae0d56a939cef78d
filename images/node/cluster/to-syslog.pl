#!/usr/bin/perl
# Sends each line of its standard input to syslogd as one datagram, and keeps lines until there is a syslogd to take
# them. Perl, because Node has no datagrams on local sockets. Usage: to-syslog.pl SOCKET.
use strict;
use warnings;
use Socket;

my ($path) = @ARGV;
my $MOST_KEPT = 10_000;
my @MONTHS = qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec);
my (@kept, $socket);
my ($buffer, $open) = ('', 1);

# The moment when a line was said, not the one when syslogd came up.
sub stamp {
    my ($second, $minute, $hour, $day, $month) = localtime;
    return sprintf '%s %2d %02d:%02d:%02d', $MONTHS[$month], $day, $hour, $minute, $second;
}

sub sent {
    my ($line) = @_;
    if (!defined $socket) {
        socket(my $new, AF_UNIX, SOCK_DGRAM, 0) or return 0;
        connect($new, sockaddr_un($path)) or return 0;
        $socket = $new;
    }
    return 1 if defined send($socket, $line, 0);
    undef $socket;
    return 0;
}

my $tries = 20;
while ($open || (@kept && $tries-- > 0)) {
    my $ready = '';
    vec($ready, fileno(STDIN), 1) = 1 if $open;
    if (select($ready, undef, undef, @kept ? 0.05 : undef) && $open) {
        $open = sysread(STDIN, $buffer, 65_536, length $buffer);
        while ($buffer =~ s/^([^\n]*)\n//) {
            my $line = $1;
            $line =~ s/^(<\d+>)/$1 . stamp() . ' '/e;
            push @kept, $line;
            shift @kept if @kept > $MOST_KEPT;
        }
    }
    shift @kept while @kept && sent($kept[0]);
}
