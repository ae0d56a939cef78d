#!/usr/bin/perl
# comm_dssetup.pl: prepares a Directory Server for the calendar server: schema, indexes, configuration (guide, section
# 6.6.3). Run as root on the machine where the Directory Server resides, while it runs. Adds what is missing and changes
# nothing else, so that it may run again. Without arguments it asks; else all of the options of its silent mode must be
# there. Status 0: the directory is prepared (or -m no: would be, by the script that was written); 1: it is not; 2: usage.
use strict;
use warnings;
use File::Temp qw(tempfile);
use FindBin;
use Getopt::Std;
use MIME::Base64;
use POSIX qw(strftime);

my $USAGE = <<'END';
Usage: comm_dssetup.pl                       asks for everything
       comm_dssetup.pl -i yes|no -R yes|no -c ROOT -d INSTANCE -u SUFFIX -s yes|no -D DN -w PASSWORD|-j FILE
                       -b yes|no -t 2 -m yes|no [-r SUFFIX] [-S FOLDER]
  -i  configure new indexes            -R  reindex now
  -c  root of the Directory Server     -d  its instance's folder in that
  -u  suffix of users and groups       -r  suffix of the DC tree (of schema 1 and 1.5 alone)
  -s  update the schema                -S  folder of the schema's files, if not the tool's own
  -D  DN of the Directory Manager      -w  its password; -j: a file with it
  -b  use this directory for users and groups
  -t  schema type; 2 is the one that there is
  -m  modify the directory; no: write the LDIF file and the script that would
END

my %DEFAULT = (
    i => 'yes', R => 'yes', c => '/var/opt/mps/serverroot', u => 'o=usergroup', s => 'yes',
    D => 'cn=Directory Manager', b => 'yes', t => '2', m => 'yes',
);
# Attribute and the kinds of its index. The calendar server finds a user by uid among those of the calendar's class.
my @INDEXES = (
    [ 'objectClass', 'eq' ], [ 'uid', 'eq' ], [ 'icsCalendar', 'pres,eq,sub' ], [ 'icsCalendarOwned', 'pres,eq,sub' ],
);
my @CONTAINERS = ( [ 'People', 'users' ], [ 'Groups', 'groups' ] );

my $stamp = strftime( '%Y%m%d%H%M%S', localtime );
my $files = "/var/tmp/dssetup_$stamp";
my ( %option, $log, @connection );

sub say_line { my $line = "@_\n"; print $line; print $log $line if $log; return }
sub give_up { print STDERR "comm_dssetup.pl: @_\n"; print $log "@_\n" if $log; exit 1 }
sub wrong_usage { print STDERR "comm_dssetup.pl: @_\n$USAGE"; exit 2 }

# --- what is wanted ---------------------------------------------------------------------------------------------------

sub ask {
    my ( $question, $default, $secret ) = @_;
    local $| = 1;
    print $question, defined $default ? " [$default]" : '', ': ';
    system 'stty', '-echo' if $secret && -t STDIN;
    my $answer = <STDIN>;
    if ( $secret && -t STDIN ) { system 'stty', 'echo'; print "\n" }
    give_up('the answers ended before the questions did; nothing was changed') unless defined $answer;
    chomp $answer;
    return $answer if $answer ne '';
    return $default // ask( $question, undef, $secret );
}

sub ask_yes_or_no {
    my ( $question, $default ) = @_;
    for ( ;; ) {
        my $answer = ask( $question, $default );
        return 'yes' if $answer =~ /^y(es)?$/i;
        return 'no'  if $answer =~ /^no?$/i;
        print "Please answer yes or no.\n";
    }
}

sub instances { my $root = shift; return sort grep { -S "$root/$_/ldapi" } map { s{.*/}{}r } glob "\Q$root\E/*" }

sub ask_everything {
    print "This prepares your Directory Server for the calendar server. Its log is $files.log.\n";
    exit 0 if ask_yes_or_no( 'Do you want to continue', 'yes' ) eq 'no';
    $option{c} = ask( 'Directory Server root', $DEFAULT{c} );
    my @found = instances( $option{c} );
    print map { "  [$_] $found[ $_ - 1 ]\n" } 1 .. @found;
    my $which = ask( 'Which instance', @found ? 1 : undef );
    $option{d} = $which =~ /^\d+$/ && $which >= 1 && $which <= @found ? $found[ $which - 1 ] : $which;
    $option{D} = ask( 'Directory Manager DN', $DEFAULT{D} );
    $option{w} = ask( 'Directory Manager password', undef, 1 );
    $option{b} = ask_yes_or_no( 'Will this Directory Server be used for users and groups', $DEFAULT{b} );
    $option{u} = ask( 'Suffix of users and groups', $DEFAULT{u} );
    $option{t} = ask( 'Schema type', $DEFAULT{t} );
    $option{s} = ask_yes_or_no( 'Do you want to update the schema', $DEFAULT{s} );
    $option{i} = ask_yes_or_no( 'Do you want to configure new indexes', $DEFAULT{i} );
    $option{R} = ask_yes_or_no( 'Do you want to reindex now', $DEFAULT{R} );
    print "These are your choices:\n";
    print map { sprintf "  -%s %s\n", $_, $option{$_} } qw(i R c d u s D b t);
    $option{m} = ask_yes_or_no( 'Do you want to modify the Directory Server', $DEFAULT{m} );
    return;
}

sub read_options {
    if ( !@ARGV ) { ask_everything() }
    else {
        getopts( 'i:R:c:d:r:u:s:D:w:j:b:t:m:S:', \%option ) or wrong_usage('an option that it does not have');
        wrong_usage("there is no option \"$ARGV[0]\"") if @ARGV;
        my @missing = grep { !defined $option{$_} } qw(i R c d u s D b t m);
        push @missing, 'w' unless defined $option{w} || defined $option{j};
        wrong_usage( 'missing: ' . join ' ', map { "-$_" } @missing ) if @missing;
    }
    for ( grep { $option{$_} !~ /^(yes|no)$/ } qw(i R s b m) ) { wrong_usage("-$_ $option{$_}: it can be yes or no") }
    wrong_usage("-t $option{t}: the calendar server looks users up below one suffix, which is schema 2; take -t 2")
      if $option{t} ne '2';
    if ( defined $option{j} ) {
        open my $file, '<', $option{j} or give_up("the password file $option{j} cannot be read: $!");
        chomp( $option{w} = <$file> // '' );
    }
    give_up('the password of the Directory Manager is empty') if $option{w} eq '';
    $option{S} //= "$FindBin::RealBin/../lib";
    return;
}

# --- the directory ----------------------------------------------------------------------------------------------------

# Opens the way to the instance on this machine. The password goes through a file, since others can read command lines.
sub connect_to_instance {
    my $folder = "$option{c}/$option{d}";
    give_up("there is no Directory Server instance $folder on this machine: run this tool where the directory resides")
      unless -d $folder;
    my $socket = "$folder/ldapi" =~ s{([^A-Za-z0-9_.-])}{sprintf '%%%02X', ord $1}ger;
    my ( $file, $name ) = tempfile( UNLINK => 1 );
    print $file $option{w};
    close $file;
    @connection = ( '-x', '-H', "ldapi://$socket", '-D', $option{D}, '-y', $name );
    return;
}

# Runs one of ldap-utils' programs: its status, and what it printed.
sub run_ldap {
    my @command = @_;
    my $pid = open( my $out, '-|' ) // give_up("no process can be started: $!");
    if ( $pid == 0 ) {
        open STDERR, '>&', \*STDOUT;
        exec {$command[0]} @command or print "$command[0]: $!\n";
        POSIX::_exit(127);
    }
    my $text = do { local $/; <$out> } // '';
    close $out;
    return ( $? >> 8, $text );
}

my %WHY = (
    255 => 'it does not answer; start it, then run this tool again',
    49  => 'it refuses the Directory Manager: DN or password is wrong',
    50  => 'the Directory Manager may not do that',
);

sub fail_of {
    my ( $what, $status, $text ) = @_;
    my $said = join '; ', grep { /\S/ } split /\n/, $text;
    give_up( "the Directory Server $option{c}/$option{d} cannot be asked for $what: "
          . ( $WHY{$status} // "status $status" ) . " ($said)" );
}

# Entries as { dn => ..., attribute in lower case => [values] }; undef where there is no such entry.
sub search {
    my ( $base, $scope, $filter, @attributes ) = @_;
    my ( $status, $text ) = run_ldap( 'ldapsearch', @connection, qw(-LLL -o ldif-wrap=no),
        '-b', $base, '-s', $scope, $filter, @attributes );
    return undef if $status == 32;
    fail_of( $base eq '' ? 'its suffixes' : $base, $status, $text ) if $status != 0;
    return [
        map {
            my %entry;
            for ( split /\n/ ) {
                my ( $name, $coded, $value ) = /^([\w;.-]+):(:?) ?(.*)$/ or next;
                push @{ $entry{ lc $name } }, $coded ? decode_base64($value) : $value;
            }
            $entry{dn} ? \%entry : ();
        } split /\n\n/, $text
    ];
}

sub values_of { my ( $entry, $name ) = @_; return @{ $entry->{ lc $name } // [] } }
sub escaped { return shift =~ s{([\\*()\0])}{sprintf '\\%02x', ord $1}ger }

# One line of LDIF, whatever is in the value.
sub line {
    my ( $name, $value ) = @_;
    return $value =~ /^[^\x00-\x20:<\x7f-\xff][^\x00-\x1f\x7f-\xff]*$/ && $value !~ / $/
      ? "$name: $value\n"
      : "$name:: " . encode_base64( $value, '' ) . "\n";
}

# --- what is missing --------------------------------------------------------------------------------------------------

# Definitions in the schema's files: [attributeTypes|objectClasses, name, definition].
sub wanted_schema {
    my @found;
    my @files = glob "\Q$option{S}\E/*.ldif" or give_up("no schema files in $option{S}; -S names their folder");
    for my $file (@files) {
        open my $in, '<', $file or give_up("$file cannot be read: $!");
        my $text = do { local $/; <$in> } =~ s/^#.*\n//gmr =~ s/\n +/ /gr;
        push @found, [ $1, $3, $2 ] while $text =~ /^(attributeTypes|objectClasses): (\(.*?NAME '([^']+)'.*)$/gm;
    }
    return @found;
}

sub names_in { return map { lc } map { /NAME '([^']+)'/ ? $1 : /NAME \(\s*([^)]*)\)/ ? $1 =~ /'([^']+)'/g : () } @_ }

sub missing_schema {
    return ('') if $option{s} eq 'no';
    my ($there) = @{ search( 'cn=Subschema', 'base', '(objectClass=*)', qw(attributeTypes objectClasses) ) // [] };
    my %known;
    $known{$_} = 1 for names_in( map { values_of( $there, $_ ) } qw(attributeTypes objectClasses) );
    my @new = grep { !$known{ lc $_->[1] } } wanted_schema();
    say_line( @new ? 'Schema: adding ' . join ', ', map { $_->[1] } @new : 'Schema: all of it is there' );
    return ('') unless @new;
    my %olc = ( attributeTypes => 'olcAttributeTypes', objectClasses => 'olcObjectClasses' );
    my ($ours) = @{ search( 'cn=schema,cn=config', 'one', '(cn=*ics)', 'cn' )
          // give_up("$option{D} may not change the configuration of the Directory Server (cn=config)") };
    my @parts = map {
        my $kind = $_;
        my @lines = map { line( $olc{$kind}, $_->[2] ) } grep { $_->[0] eq $kind } @new;
        !@lines ? () : $ours ? "add: $olc{$kind}\n" . join( '', @lines ) . "-\n" : join '', @lines;
    } qw(attributeTypes objectClasses);
    return $ours
      ? line( 'dn', $ours->{dn}[0] ) . "changetype: modify\n" . join( '', @parts )
      : "dn: cn=ics,cn=schema,cn=config\nchangetype: add\nobjectClass: olcSchemaConfig\ncn: ics\n" . join( '', @parts );
}

sub missing_indexes {
    return ('') if $option{i} eq 'no';
    my ($database) = @{ search( 'cn=config', 'one', '(olcSuffix=' . escaped( $option{u} ) . ')', 'olcDbIndex' ) // [] };
    give_up("$option{D} may not see the configuration of the database with $option{u} (cn=config)") unless $database;
    my %has;
    $has{ lc $_ } = 1 for map { /^(\S+)/ ? split( /,/, $1 ) : () } values_of( $database, 'olcDbIndex' );
    my @new = grep { !$has{ lc $_->[0] } } @INDEXES;
    say_line( @new ? 'Indexes: adding ' . join ', ', map { "$_->[0] ($_->[1])" } @new : 'Indexes: all are there' );
    return ('') unless @new;
    say_line('Indexes: this directory builds a new index at once; -R no changes nothing in that') if $option{R} eq 'no';
    return line( 'dn', $database->{dn}[0] ) . "changetype: modify\nadd: olcDbIndex\n"
      . join( '', map { line( 'olcDbIndex', "$_->[0] $_->[1]" ) } @new ) . "-\n";
}

sub missing_configuration {
    return () if $option{b} eq 'no';
    my ($top) = @{ search( $option{u}, 'base', '(objectClass=*)', qw(objectClass icsStatus) )
          // give_up("the suffix $option{u} has no entry yet: add it, then run this tool again") };
    my @changes;
    for (@CONTAINERS) {
        my ( $name, $of ) = @$_;
        next if @{ search( $option{u}, 'one', "(ou=$name)", 'ou' ) // [] };
        say_line("Configuration: adding ou=$name for $of");
        push @changes, line( 'dn', "ou=$name,$option{u}" )
          . "changetype: add\nobjectClass: organizationalUnit\nou: $name\n";
    }
    if ( !grep { lc eq 'icscalendardomain' } values_of( $top, 'objectClass' ) ) {
        say_line("Configuration: $option{u} becomes a calendar domain");
        push @changes, line( 'dn', $option{u} )
          . "changetype: modify\nadd: objectClass\nobjectClass: icsCalendarDomain\n-\nadd: icsStatus\nicsStatus: active\n-\n";
    }
    say_line('Configuration: all of it is there') unless @changes;
    return @changes;
}

sub need_suffix {
    my ($root) = @{ search( '', 'base', '(objectClass=*)', 'namingContexts' ) // [] };
    my $plain = sub { return lc shift =~ s/\s*([,=])\s*/$1/gr };
    my @suffixes = values_of( $root, 'namingContexts' );
    return if grep { $plain->($_) eq $plain->( $option{u} ) } @suffixes;
    give_up( "the suffix $option{u} does not exist in this Directory Server; it has "
          . ( join( ' and ', @suffixes ) || 'none' ) );
}

# --- doing it ---------------------------------------------------------------------------------------------------------

sub write_files {
    my @changes = @_;
    open my $ldif, '>', "$files.ldif" or give_up("$files.ldif cannot be written: $!");
    print $ldif join "\n", @changes;
    close $ldif or give_up("$files.ldif cannot be written: $!");
    my @words = map { "'" . s/'/'\\''/gr . "'" } @connection[ 0 .. 4 ];
    open my $script, '>', "$files.sh" or give_up("$files.sh cannot be written: $!");
    print $script "#!/bin/sh\n# Asks for the password of the Directory Manager.\nldapmodify @words -W -f $files.ldif\n";
    close $script or give_up("$files.sh cannot be written: $!");
    chmod 0755, "$files.sh";
    return;
}

read_options();
open $log, '>', "$files.log" or give_up("$files.log cannot be written: $!");
connect_to_instance();
need_suffix();
my @changes = grep { $_ ne '' } missing_schema(), missing_indexes(), missing_configuration();
if ( !@changes ) { say_line('Nothing to change: the directory is prepared.'); exit 0 }
write_files(@changes);
if ( $option{m} eq 'no' ) { say_line("Nothing was changed. $files.sh makes these changes, from $files.ldif."); exit 0 }
my ( $status, $text ) = run_ldap( 'ldapmodify', @connection, '-f', "$files.ldif" );
give_up( 'the changes were not all made: ' . join( '; ', grep { /\S/ && !/^modifying|^adding/ } split /\n/, $text ) )
  if $status != 0;
say_line("Successful: the directory is prepared. What was changed is in $files.ldif.");
