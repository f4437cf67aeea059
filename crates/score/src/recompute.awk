# Recomputes a trust score from inputs.csv with any POSIX awk:
#
#   awk -f recompute.awk -v mu=500 -v a=500 -v w=2000 -v z2=2.705543454095404 inputs.csv
#
# The four parameters stand in result.json; these are their defaults. Add -v void=1 for a voided trace.
# Prints T, E, C and K in basis points. Sums are whole numbers below 2^53, so doubles hold them exactly.

BEGIN {
  FS = ","
  if (mu == "") mu = 500
  if (a == "") a = 500
  if (w == "") w = 2000
  if (z2 == "") z2 = 2.705543454095404
}

function down(x, d) { return (x - x % d) / d }

NR == 1 { next }

{
  claim = $1; k[claim] = $2
  if ($2 + 0 < 0 || down($7 * $8 * $9, 1000000) != $10) {
    print "line " NR ": the weight is not base x relation x rho" > "/dev/stderr"
    bad = 1
  }
  if ($12 == 1) seen[claim] = 1
  if ($11 != 1) next
  # Statistical judges are one group: the strongest counts. All others add.
  if ($4 == "statistical") {
    if ($10 > best[claim, $5]) best[claim, $5] = $10 + 0
  } else sum[claim, $5] += $10
}

END {
  if (bad) exit 1
  one = 1000000000
  for (claim in k) {
    r = sum[claim, "supported"] + best[claim, "supported"]
    s = sum[claim, "refuted"] + best[claim, "refuted"]
    scale = r + s > 1000 ? r + s : 1000
    R += k[claim] * down(r * one, scale)
    S += k[claim] * down(s * one, scale)
    if (r + s < 1000) M += k[claim] * (1000 - r - s) * (one / 1000)
    total += k[claim]
    if (claim in seen) examined += k[claim]
  }
  printf "%.0f %.0f %.0f %.0f\n", assured(R, S + down(M * mu, 1000)),
    points(R + a * w * (one / 1000000), R + S + w * (one / 1000)),
    points(R + S, R + S + w * (one / 1000)), points(examined, total)
}

function points(part, whole) { return whole > 0 ? down(10000 * part, whole) : 0 }

function assured(R, F,   r, f, n, p, c, d, t) {
  if (void || R <= 0) return 0
  r = R / 1e9; f = F / 1e9; n = r + f; p = r / n
  c = p + z2 / (2 * n)
  d = p * (1 - p) / n + z2 / (4 * n * n)
  t = (c - sqrt(z2) * sqrt(d)) / (1 + z2 / n)
  if (t < 0) t = 0
  t = 10000 * t
  return t - t % 1
}
