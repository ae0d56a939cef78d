# waits-for-input.pl SESSION  Exit 0 when a program of this session reads its terminal and has nothing to read, by what
# the kernel says: it is in read(2) of a terminal, or has one among what it waits for in poll(2), select(2) or epoll_wait(2).
use strict;
my ($session) = @ARGV;

sub is_terminal { my $at = readlink $_[0]; return defined $at && $at =~ m{^/dev/(pts/|tty|console)}; }

sub first_line { open my $file, '<', $_[0] or return ''; my $line = <$file>; return defined $line ? $line : ''; }

# Bytes of a process's memory; none where they cannot be had.
sub memory {
  my ($pid, $at, $length) = @_;
  open my $file, '<:raw', "/proc/$pid/mem" or return '';
  sysseek $file, $at, 0 or return '';
  my $bytes = '';
  sysread $file, $bytes, $length;
  return $bytes;
}

# struct pollfd { int fd; short events; short revents }, POLLIN is 1.
sub reads_by_poll {
  my ($pid, $at, $count) = @_;
  my @fields = unpack '(l s s)*', memory($pid, $at, 8 * ($count > 1024 ? 1024 : $count));
  while (my ($fd, $events) = splice @fields, 0, 3) {
    return 1 if $fd >= 0 && $events & 1 && is_terminal("/proc/$pid/fd/$fd");
  }
  return 0;
}

# The kernel takes a set over and gives it back when it returns, so that it still holds what is waited for.
sub reads_by_select {
  my ($pid, $count, $at) = @_;
  return 0 if $at == 0;
  my $set = memory($pid, $at, int(($count + 63) / 64) * 8);
  for my $fd (0 .. $count - 1) {
    return 1 if vec($set, $fd, 1) && is_terminal("/proc/$pid/fd/$fd");
  }
  return 0;
}

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
  my ($call, @words) = split ' ', first_line("$folder/syscall");
  next unless @words > 1;
  my @given = map { hex } @words;
  # Of x86-64: read; poll, select, pselect6, ppoll; epoll_wait, epoll_pwait, epoll_pwait2.
  exit 0 if $call eq '0' && is_terminal("$folder/fd/$given[0]");
  exit 0 if grep({ $call eq $_ } 7, 271) && reads_by_poll($pid, @given[0, 1]);
  exit 0 if grep({ $call eq $_ } 23, 270) && reads_by_select($pid, @given[0, 1]);
  exit 0 if grep({ $call eq $_ } 232, 281, 441) && reads_by_epoll($pid);
}
exit 1;
