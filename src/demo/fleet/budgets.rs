//! What the roles may use for the pilot, and the whole project in a month.

use crate::budgets::actions::set::set as set_one;
use crate::budgets::model::{About, AtEnd, Period, Scope, Terms, USUAL_THRESHOLDS, Unit};
use crate::demo::cast::Cast;
use crate::foundation::Result;
use crate::state::App;

/// Persona, tokens in all, and what happens at the end. One is warned of, and none runs out within the hour.
const PERSONAS: [(&str, i64, AtEnd); 3] = [
    ("backend-engineer", 40_000, AtEnd::Tells),
    ("testing-specialist", 28_000, AtEnd::Tells),
    ("devops-engineer", 32_000, AtEnd::Refuses),
];
/// Of the project in a month, in billionths of a dollar.
const A_MONTH: i64 = 2_000_000_000;

/// Sets them.
pub(in crate::demo) async fn set(app: &App, cast: &Cast) -> Result<()> {
    let sam = &cast.supervisor.asker;
    for (name, amount, at_end) in PERSONAS {
        let about = about(Scope::Persona, name, Unit::Tokens, Period::Total);
        set_one(app, sam, about, terms(amount, at_end), "what the pilot may use".to_owned()).await?;
    }
    let whole = about(Scope::Project, "", Unit::Money, Period::Month);
    set_one(app, sam, whole, terms(A_MONTH, AtEnd::Tells), "agreed for this quarter".to_owned()).await?;
    Ok(())
}

fn about(scope: Scope, name: &str, unit: Unit, period: Period) -> About {
    About { scope, name: name.to_owned(), unit, period, zone: "UTC".to_owned(), already_used: 0 }
}

fn terms(amount: i64, at_end: AtEnd) -> Terms {
    Terms { amount, warn_at: USUAL_THRESHOLDS.to_vec(), at_end }
}
