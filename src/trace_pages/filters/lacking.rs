//! Among the filters: traces with a call that fails to say whose it is.

use crate::fields::{Condition, Entity, Test};
use crate::foundation::{Error, Result};

use super::Filters;

/// What a call may fail to name: as in the address, the field that is then not there, in words.
pub const LACKS: [(&str, &str, &str); 5] = [
    ("agent", "callAgents", "no agent"),
    ("persona", "callPersonas", "no persona"),
    ("tenant", "callTenants", "no tenant"),
    ("workflow", "callWorkflows", "no workflow"),
    ("session", "sessionId", "no session"),
];

impl Filters {
    /// The conditions for what is asked for; a trace without a model call has nobody to name.
    pub(super) fn lacks(&self) -> Result<Vec<Condition>> {
        let asked = self.get("lacks");
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let (_, field, _) = LACKS.into_iter().find(|(name, ..)| *name == asked).ok_or_else(|| {
            let names = LACKS.map(|(name, ..)| name).join(", ");
            Error::invalid("lacks", format!("choose one of {names}"))
        })?;
        let tests = [(field, Test::Null(true)), ("hasModelCalls", Test::Is(true))];
        let conditions =
            tests.into_iter().filter_map(|(name, test)| Condition::named(Entity::Traces, name, test));
        Ok(conditions.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Timestamp;

    #[test]
    fn every_name_that_may_be_missing_is_a_field() {
        for (name, field, _) in LACKS {
            let (filters, _) = Filters::read(&format!("lacks={name}")).unwrap();
            assert!(filters.has_more() && !filters.is_empty());
            let asked = filters.wanted(Timestamp(0)).unwrap().conditions;
            let tests: Vec<(&str, Test)> = asked.into_iter().map(|one| (one.field.name, one.test)).collect();
            assert_eq!(tests, [(field, Test::Null(true)), ("hasModelCalls", Test::Is(true))]);
        }
        assert!(Filters::read("lacks=").unwrap().0.is_empty());
    }
}
