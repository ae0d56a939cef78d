# waits-for-input.pl SESSION  Exit 0 when a program of this session reads its terminal and has nothing to read, by what
# the kernel says: it is in read(2), poll(2) or select(2) of a terminal, or has one in the set of an epoll that it waits for.
use strict;
my ($session) = @ARGV;

sub is_terminal { my $at = readlink $_[0]; return defined $at && $at =~ m{^/dev/(pts/|tty|console)}; }

sub first_line { open my $file, '<', $_[0] or return ''; my $line = <$file>; return defined $line ? $line : ''; }

sub reads_by_epoll {
  my ($pid) = @_;
  for my $info (glob "/proc/$pid/fdinfo/*") {
    open my $file, '<', $info or next;
    while (my $line = <$file>) {
      my ($fd, $events) = $line =~ /^tfd:\s+(\d+)\s+events:\s+([0-9a-f]+)/ or next;
      return 1 if hex($events) & 1 && is_terminal("/proc/$pid/fd/$fd");
    }
  }
  return 0;
}

for my $folder (glob '/proc/[0-9]*') {
  my ($pid) = $folder =~ /(\d+)$/;
  my $rest = first_line("$folder/stat");
  $rest =~ s/^.*\) // or next;
  my (undef, undef, $group, $of, undef, $foreground) = split ' ', $rest;
  next unless $of == $session && $group == $foreground;
  my ($call, $first) = split ' ', first_line("$folder/syscall");
  next unless defined $first;
  # Of x86-64: read; poll, select, pselect6, ppoll; epoll_wait, epoll_pwait, epoll_pwait2.
  exit 0 if $call eq '0' && is_terminal("$folder/fd/" . hex $first);
  exit 0 if grep({ $call eq $_ } 7, 23, 270, 271) && is_terminal("$folder/fd/0");
  exit 0 if grep({ $call eq $_ } 232, 281, 441) && reads_by_epoll($pid);
}
exit 1;
