//! Families on their way out, and how many series they may have.

use super::family::{Family, Sample};
use super::text::{self, Form};

/// What stands in place of the values of labels whose series were added up.
pub const OTHER: &str = "other";

/// Families put together for one answer.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    families: Vec<Family>,
    /// For each family that has a limit, how many of its series were added up.
    dropped: Vec<Sample>,
}

impl Registry {
    /// Takes a family.
    pub fn add(&mut self, family: Family) {
        self.families.push(family);
    }

    /// Takes a family whose labels have values that come from data: no more than so many series of it, see [`capped`].
    pub fn add_capped(&mut self, mut family: Family, most: usize) {
        let (samples, dropped) = capped(std::mem::take(&mut family.samples), most);
        family.samples = samples;
        self.add_counted(family, dropped);
    }

    /// Takes a family whose limit was kept by whoever made it, with how many of its series that left without a place of their own.
    pub fn add_counted(&mut self, family: Family, dropped: usize) {
        self.dropped.push(Sample::new(&[("metric", family.name.as_str())], dropped));
        self.families.push(family);
    }

    /// Takes all of another.
    pub fn join(&mut self, other: Self) {
        self.families.extend(other.families);
        self.dropped.extend(other.dropped);
    }

    /// Takes many.
    pub fn extend(&mut self, families: impl IntoIterator<Item = Family>) {
        self.families.extend(families);
    }

    /// The families as they were taken.
    pub fn into_families(self) -> Vec<Family> {
        self.families
    }

    /// All of them as text.
    pub fn write(mut self, form: Form) -> String {
        let mut dropped = Family::gauge(
            "tracewright_metric_series_dropped",
            "Series of a metric that are in its series `other` now, because there were more than its limit.",
        );
        dropped.samples = self.dropped;
        self.families.push(dropped);
        text::write(&self.families, form)
    }
}

/// The `most` largest series, and the rest added up in one whose labels all have the value `other`; with how many
/// that were. As many as the limit or fewer stay as they are.
pub fn capped(mut samples: Vec<Sample>, most: usize) -> (Vec<Sample>, usize) {
    if samples.len() <= most {
        return (samples, 0);
    }
    samples.sort_by(|a, b| b.value.size().total_cmp(&a.value.size()).then_with(|| a.labels.cmp(&b.labels)));
    let rest = samples.split_off(most);
    let dropped = rest.len();
    for sample in rest {
        let labels = sample.labels.into_iter().map(|(name, _)| (name, OTHER.to_owned())).collect();
        add_up(&mut samples, Sample { labels, value: sample.value });
    }
    (samples, dropped)
}

fn add_up(samples: &mut Vec<Sample>, more: Sample) {
    match samples.iter_mut().find(|sample| sample.labels == more.labels) {
        Some(sample) => sample.value = sample.value.clone().plus(more.value),
        None => samples.push(more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&str, i64)]) -> Vec<Sample> {
        values.iter().map(|(agent, value)| Sample::new(&[("agent", *agent)], *value)).collect()
    }

    #[test]
    fn the_largest_stay_and_the_rest_is_one() {
        let all = of(&[("a", 1), ("b", 9), ("c", 4), ("d", 4), ("e", 2)]);
        for (most, kept, dropped) in [
            (9, of(&[("a", 1), ("b", 9), ("c", 4), ("d", 4), ("e", 2)]), 0),
            (5, of(&[("a", 1), ("b", 9), ("c", 4), ("d", 4), ("e", 2)]), 0),
            (4, of(&[("b", 9), ("c", 4), ("d", 4), ("e", 2), ("other", 1)]), 1),
            (2, of(&[("b", 9), ("c", 4), ("other", 7)]), 3),
            (0, of(&[("other", 20)]), 5),
        ] {
            assert_eq!(capped(all.clone(), most), (kept, dropped), "{most}");
        }
        // Somebody who is called so already is one of them.
        let named = of(&[("other", 5), ("a", 4), ("b", 3)]);
        assert_eq!(capped(named, 1), (of(&[("other", 12)]), 2));
    }

    #[test]
    fn what_was_added_up_is_told() {
        let mut registry = Registry::default();
        let mut many = Family::gauge("agents", "Agents.");
        many.samples = of(&[("a", 1), ("b", 9), ("c", 4)]);
        registry.add_capped(many, 1);
        registry.add_capped(Family::gauge("few", "Few.").with(&[("a", "b")], 1_i64), 1);
        let text = registry.write(Form::Prometheus);
        assert_eq!(
            text,
            "# HELP agents Agents.\n# TYPE agents gauge\nagents{agent=\"b\"} 9\nagents{agent=\"other\"} 5\n\
             # HELP few Few.\n# TYPE few gauge\nfew{a=\"b\"} 1\n\
             # HELP tracewright_metric_series_dropped Series of a metric that are in its series `other` now, because \
             there were more than its limit.\n# TYPE tracewright_metric_series_dropped gauge\n\
             tracewright_metric_series_dropped{metric=\"agents\"} 2\n\
             tracewright_metric_series_dropped{metric=\"few\"} 0\n"
        );
    }
}
