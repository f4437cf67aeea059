//! What is stored of a sum beside its number and its time: its parts, then the place and the count of each bucket that is not empty,
//! as one list of numbers in JSON.

use crate::foundation::Result;

use super::buckets::Buckets;
use super::model::{MOST_PARTS, Metric, Sum};

/// The list of a sum of a metric; none where all of it is 0.
pub(super) fn text(metric: Metric, sum: &Sum) -> Result<Option<String>> {
    if sum.parts == [0; MOST_PARTS] && sum.buckets.is_empty() {
        return Ok(None);
    }
    let parts = sum.parts.iter().take(metric.parts().len()).copied();
    let buckets =
        sum.buckets.iter().flat_map(|(place, count)| [i64::try_from(place).unwrap_or_default(), count]);
    Ok(Some(serde_json::to_string(&parts.chain(buckets).collect::<Vec<i64>>())?))
}

/// The sum of stored figures.
pub(super) fn sum(metric: Metric, n: i64, sum: i64, text: Option<&str>) -> Result<Sum> {
    let figures: Vec<i64> = text.map(serde_json::from_str).transpose()?.unwrap_or_default();
    let (known, pairs) = figures.split_at(metric.parts().len().min(figures.len()));
    let mut parts = [0; MOST_PARTS];
    parts.iter_mut().zip(known).for_each(|(part, figure)| *part = *figure);
    let buckets = pairs.chunks_exact(2).filter_map(|pair| match pair {
        [place, count] => Some((usize::try_from(*place).ok()?, *count)),
        _ => None,
    });
    Ok(Sum { n, sum, parts, buckets: buckets.collect::<Buckets>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let buckets: Buckets = [(3, 1), (59, 2)].into_iter().collect();
        let calls = Sum { n: 3, sum: 70, parts: [0, 5, 6, 3, 0, 1, 2], buckets: buckets.clone() };
        let stays = Sum { n: 3, sum: 70, buckets, ..Sum::default() };
        let bare = Sum { n: 1, sum: 7, ..Sum::default() };
        for (metric, it, told) in [
            (Metric::Calls, &calls, Some("[0,5,6,3,0,1,2,3,1,59,2]")),
            (Metric::PersonaDuration, &stays, Some("[3,1,59,2]")),
            (Metric::PersonaTokens, &bare, None),
        ] {
            let text = text(metric, it).unwrap();
            assert_eq!(text.as_deref(), told);
            assert_eq!(&sum(metric, it.n, it.sum, told).unwrap(), it);
        }
        assert!(sum(Metric::Calls, 1, 1, Some("no list")).is_err());
    }
}
