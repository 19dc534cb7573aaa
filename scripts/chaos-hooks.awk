# Counts the hooks of scripts/chaos.sh: of every attempt that ran, each hook that applies to its end has run once, and no other, newest first. Files: starts
# (attempt, code, job), registered (attempt, hook), hooks (attempt, hook, SERVICE_RESULT, EXIT_STATUS, job). owned: supervisors that owed hooks of their own, at least; most: at most.
function wrong(text) { print text; bad = 1 }
FILENAME ~ /starts$/ { if ($1 in code) wrong("attempt " $1 " was started twice"); code[$1] = $2; job[$1] = $3; next }
FILENAME ~ /registered$/ { answered[$1, $2] = 1; answers++; next }
{
  hooks++
  if (($1, $2) in ran) wrong("attempt " $1 " of " $5 ": hook " $2 " ran twice")
  ran[$1, $2] = 1
  order[$1] = order[$1] " " $2
  if ($2 == "own") { own++; next }
  if ($1 in result && result[$1] != $3 " " $4) wrong("attempt " $1 " of " $5 ": " result[$1] " became " $3 " " $4)
  result[$1] = $3 " " $4
  job[$1] = $5
}
END {
  split("two failure success one", configured)
  for (id in result) {
    split(result[id], how)
    lost += how[1] == "supervisor-lost"
    expected = ""
    for (try = 2; try >= 1; try--) {
      # One that was on its way when the supervisor was killed may be registered, or not.
      if ((id, "run-time-" try) in ran) expected = expected " run-time-" try
      else if ((id, "run-time-" try) in answered) wrong("attempt " id " of " job[id] ": registered hook run-time-" try " is missed")
    }
    if (job[id] != "registers") {
      for (i = 1; i <= 4; i++) if (configured[i] != (how[1] == "success" ? "failure" : "success")) expected = expected " " configured[i]
    }
    if (order[id] != expected) wrong("attempt " id " of " job[id] " (" result[id] "):" order[id] " instead of" expected)
    if (!(id in code)) { unstarted++; continue }
    # At the end they are stopped.
    if (how[1] == "signal" || (how[1] == "success" && how[2] == "TERM")) { stopped++; continue }
    if (how[1] != "supervisor-lost" && (how[2] != code[id] || how[1] != (code[id] ? "exit-code" : "success"))) wrong("attempt " id " of " job[id] " ended with " code[id] ", its hooks were told " result[id])
  }
  for (id in code) {
    attempts++
    # What owes nothing by the configuration owes what was registered: that is looked at below.
    if (!(id in result) && job[id] != "registers") wrong("attempt " id " of " job[id] ": all of its hooks are missed")
  }
  for (pair in answered) { split(pair, parts, SUBSEP); if (!(pair in ran)) wrong("attempt " parts[1] ": registered hook " parts[2] " is missed") }
  if (stopped > 4) wrong(stopped " attempts were stopped")
  if (own < owned || own > most) wrong(own " hooks of supervisors, at least " owned " are due")
  print hooks " hooks of " attempts " attempts and " own " supervisors (" answers " registered at run time; " lost + 0 " attempts whose end nobody knew, " unstarted + 0 " that never ran)"
  exit bad
}
