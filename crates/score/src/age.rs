//! Ageing and clustering, for agents and tenants only.
//!
//! R of a claim fades by H/(H + days) since its newest counted support, S by 2H/(2H + days) since its newest
//! counted refutation; then one work order's (R, S) is scaled to at most the cap. Hyperbolic, so exact in
//! integers. T of an agent without new entries falls with time as long as no order is at its cap and no
//! support is more than H days older than a refutation; beyond that old praise outlives fresh blame.

use std::collections::BTreeMap;

use foundation::Timestamp;

use super::mass::{Mass, Nano, Tally};
use super::model::View;
use super::policy::Policy;

const DAY_MICROS: i64 = 86_400_000_000;

/// The faded and capped mass of all claims.
pub fn aged_total<'a>(tallies: impl Iterator<Item = &'a Tally<'a>>, view: View, policy: &Policy) -> Mass {
    let mut orders: BTreeMap<&str, Mass> = BTreeMap::new();
    for tally in tallies {
        let order = orders.entry(&tally.claim.work_order).or_default();
        *order = *order + faded(tally, view, policy);
    }
    orders.into_values().map(|mass| capped(mass, policy)).sum()
}

/// One claim's mass after ageing.
pub fn faded(tally: &Tally<'_>, view: View, policy: &Policy) -> Mass {
    let half = i128::from(policy.half_days.value);
    let slow = half * i128::from(policy.refuted_slower.value);
    let mass = tally.mass();
    Mass {
        supported: fade(mass.supported, half, days(tally.supported_at, view)),
        refuted: fade(mass.refuted, slow, days(tally.refuted_at, view)),
        unexamined: mass.unexamined,
    }
}

/// One order's mass scaled so that R + S is at most the cap.
pub fn capped(mass: Mass, policy: &Policy) -> Mass {
    let cap = i128::from(policy.cluster_cap.value) * 1_000_000;
    let sum = mass.supported.0 + mass.refuted.0;
    if sum <= cap {
        return mass;
    }
    Mass { supported: Nano(mass.supported.0 * cap / sum), refuted: Nano(mass.refuted.0 * cap / sum), ..mass }
}

fn fade(mass: Nano, half: i128, days: i128) -> Nano {
    Nano(mass.0 * half / (half + days))
}

fn days(since: Option<Timestamp>, view: View) -> i128 {
    since.map_or(0, |at| i128::from((view.as_of.micros_since(at) / DAY_MICROS).max(0)))
}
