/** What each command takes, for -? and --help. Pure text. */

export const USAGE: Record<string, string> = {
  scswitch: `scswitch -Z [-g GROUP,…]                      manage groups, enable their resources, bring them online; without -g all
scswitch -z -g GROUP,… -h NODE                switch groups to a node; -h "" takes them offline
scswitch -z -D DEVICE-GROUP,… -h NODE         switch device groups to a node
scswitch -F -g GROUP,…                        take groups offline on all nodes
scswitch -R -h NODE,… -g GROUP,…              restart groups where they are online
scswitch -S -h NODE                           evacuate a node
scswitch -e | -n [-M] -j RESOURCE,…           enable or disable resources; with -M only their monitors
scswitch -o | -u -g GROUP,…                   manage or unmanage groups
scswitch -c -h NODE,… -j RESOURCE,… -f STOP_FAILED
                                              clear the flag of a resource that failed to stop
scswitch -Q [-g GROUP,…]                      let groups settle: no more automatic moves; without -g all
scswitch -m -D DEVICE-GROUP,…                 take device groups out of use
`,
  scrgadm: `scrgadm -p[v[v]] [-t TYPE,…] [-g GROUP,…] [-j RESOURCE,…]
                                              print the configuration
scrgadm -a -t TYPE [-f FILE]                  register a resource type
scrgadm -a -g GROUP [-h NODE,…] [-y NAME=VALUE]…
                                              add a group; without -h for all nodes
scrgadm -a -L -g GROUP [-j RESOURCE] -l HOST,… [-y NAME=VALUE]… [-x NAME=VALUE]…
                                              add a logical hostname
scrgadm -a -j RESOURCE -t TYPE -g GROUP [-y NAME=VALUE]… [-x NAME=VALUE]…
                                              add a resource
scrgadm -c -g GROUP [-h NODE,…] [-y NAME=VALUE]…
                                              change a group
scrgadm -c -j RESOURCE [-y NAME=VALUE]… [-x NAME=VALUE]…
                                              change a resource: -y standard, -x extension properties
scrgadm -r -j RESOURCE | -g GROUP | -t TYPE   remove a disabled resource, an empty group, an unused type
`,
  scstat: `scstat [-n] [-W] [-q] [-D] [-g] [-p] [-v[v]] [-h NODE]
  -n nodes   -W transport paths   -q quorum   -D device groups   -g resource groups and resources
  -p all of these, as without options   -v in more detail   -h only rows about NODE
`,
  metastat: `metastat [-s SET] [MIRROR…]                   state of the mirrored volumes that are open on this node
`,
  pmfadm: `pmfadm -c TAG [-n RETRIES] [-t MINUTES] [-C LEVEL] [-a ACTION] [-e NAME=VALUE]… COMMAND…
                                              start a command and keep it running
pmfadm -m TAG [-n RETRIES] [-t MINUTES]       change how often it is restarted
pmfadm -s TAG [-w SECONDS] [SIGNAL]           no more restarts, and signal its processes
pmfadm -k TAG [-w SECONDS] [SIGNAL]           signal its processes (KILL)
pmfadm -q TAG                                 exit 0 if it runs
pmfadm -l TAG                                 show it
pmfadm -L                                     list all tags
`,
};

/** Whether the words ask for the usage; anything more than that is for the command to judge. */
export function asksForUsage(args: string[]): boolean {
  return args[0] === '-?' || args[0] === '--help';
}
