//! What a provider says it billed for the runs: all of their calls of its models, and two that nobody traced.

use std::collections::BTreeMap;

use crate::coverage::actions::bring as bring_in;
use crate::demo::cast::Cast;
use crate::demo::days::Days;
use crate::foundation::Result;
use crate::gateway::model::Provider;
use crate::state::App;

use super::runs::{self, DAYS};

/// Calls beside the traced ones: days ago, model, tokens in and out.
const UNTRACED: [(u16, &str, (u32, u32)); 2] =
    [(6, "gpt-4o-mini", (512, 140)), (2, "gpt-4.1-mini", (201, 52))];

/// Calls, tokens in, tokens out.
type Counted = (u32, u32, u32);

/// Brings its export in.
pub(in crate::demo) async fn bring(app: &App, cast: &Cast, days: Days) -> Result<()> {
    let asker = &cast.supervisor.asker;
    bring_in(app, asker, Provider::OpenAi, "openai-usage.csv", file(days)).await.map(drop)
}

fn file(days: Days) -> String {
    let mut lines = vec!["date,model,num_model_requests,input_tokens,output_tokens".to_owned()];
    for ago in (1..=DAYS).rev() {
        let day = days.day(-i32::from(ago));
        let of_day = counted(days, ago).into_iter();
        lines.extend(
            of_day.map(|(model, (calls, input, output))| format!("{day},{model},{calls},{input},{output}")),
        );
    }
    lines.join("\n")
}

fn counted(days: Days, ago: u16) -> BTreeMap<&'static str, Counted> {
    let mut all: BTreeMap<&'static str, Counted> = BTreeMap::new();
    let mut add = |model: &'static str, (input, output): (u32, u32)| {
        let sum = all.entry(model).or_default();
        *sum = (sum.0 + 1, sum.1 + input, sum.2 + output);
    };
    for run in runs::of_day(days, ago) {
        add("gpt-4.1-mini", run.planning());
        for (place, stage, _) in run.stages() {
            if stage.model.0 == Provider::OpenAi.as_str() {
                add(stage.model.1, run.tokens(place, stage));
            }
        }
    }
    for (_, model, tokens) in UNTRACED.into_iter().filter(|(of, ..)| *of == ago) {
        add(model, tokens);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::export::read;
    use crate::foundation::Timestamp;

    #[test]
    fn the_export_is_one_that_is_read_whole() {
        let export = read(Provider::OpenAi, &file(Days::until(Timestamp(1_795_251_600_000_000)))).unwrap();
        assert_eq!((export.usage.len(), export.left_out), (2 * usize::from(DAYS), 0));
        assert!(export.unknown.is_empty(), "{:?}", export.unknown);
        let calls: i64 = export.usage.iter().filter_map(|usage| usage.calls).sum();
        assert_eq!(calls, 2 * 3 * i64::from(DAYS) + 2);
    }
}
