//! TIME: how much processor time each step may take (JCL reference, "TIME parameter" of JOB and EXEC).
//!
//! Border: sums of times. What a step has taken is measured by who runs it.

use std::time::Duration;

use super::model::TimeLimit;

/// MAXIMUM, in minutes.
const MAXIMUM: u64 = 357_912;

/// What is left of the job's time, and of the step's before.
#[derive(Debug)]
pub(super) struct TimeAccount {
    /// TIME=NOLIMIT or 1440 on JOB: TIME on EXEC does not count.
    is_exempt: bool,
    /// What the job has left; none without a limit.
    of_job: Option<Duration>,
    /// What the step before has left; none without a limit.
    of_step: Option<Duration>,
}

impl TimeAccount {
    /// The account of a job. TIME=0 on JOB is nothing that the reference tells: it counts as not coded.
    pub(super) fn new(time: Option<TimeLimit>) -> Self {
        let of_job = time.filter(|time| *time != TimeLimit::Seconds(0)).and_then(duration);
        Self { is_exempt: time == Some(TimeLimit::None), of_job, of_step: None }
    }

    /// The time that a step with this TIME may take; none if there is no limit. The installation has no default.
    pub(super) fn allowed(&self, time: Option<TimeLimit>) -> Option<Duration> {
        let of_step = match time {
            _ if self.is_exempt => None,
            Some(TimeLimit::Seconds(0)) => self.of_step,
            time => time.and_then(duration),
        };
        [of_step, self.of_job].into_iter().flatten().min()
    }

    /// True if the job has none left: nothing runs any more, whatever COND and IF say (JCL reference).
    pub(super) fn is_over(&self) -> bool {
        self.of_job == Some(Duration::ZERO)
    }

    /// A step that was allowed so much has taken so much.
    pub(super) fn ran(&mut self, allowed: Option<Duration>, used: Duration) {
        self.of_step = allowed.map(|allowed| allowed.saturating_sub(used));
        self.of_job = self.of_job.map(|left| left.saturating_sub(used));
    }
}

fn duration(time: TimeLimit) -> Option<Duration> {
    match time {
        TimeLimit::None => None,
        TimeLimit::Maximum => Some(Duration::from_secs(MAXIMUM * 60)),
        TimeLimit::Seconds(seconds) => Some(Duration::from_secs(seconds.into())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{TimeAccount, TimeLimit};

    const fn of(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const fn limit(seconds: u32) -> TimeLimit {
        TimeLimit::Seconds(seconds)
    }

    #[test]
    fn a_step_with_time_0_takes_what_the_step_before_has_left() {
        // JCL Reference, "Examples of the TIME parameter" of EXEC, example 7.
        let mut account = TimeAccount::new(None);
        let first = account.allowed(Some(limit(50)));
        assert_eq!(first, Some(of(50)));
        account.ran(first, of(40));
        assert_eq!(account.allowed(Some(limit(0))), Some(of(10)));
    }

    #[test]
    fn a_step_gets_no_more_than_the_job_has_left() {
        // The same, example 8: the job has 50 seconds, its steps ask for 25, 40 and the rest.
        let mut account = TimeAccount::new(Some(limit(50)));
        let first = account.allowed(Some(limit(25)));
        account.ran(first, of(15));
        let second = account.allowed(Some(limit(40)));
        assert_eq!(second, Some(of(35)));
        account.ran(second, of(30));
        assert_eq!(account.allowed(Some(limit(0))), Some(of(5)));
        assert_eq!(account.allowed(None), Some(of(5)));
        assert_eq!(account.allowed(Some(TimeLimit::None)), Some(of(5)));
        assert_eq!(account.allowed(Some(TimeLimit::Maximum)), Some(of(5)));
        assert!(!account.is_over());
        account.ran(Some(of(5)), of(6));
        assert!(account.is_over());
    }

    #[test]
    fn without_a_limit_there_is_none() {
        assert_eq!(TimeAccount::new(Some(TimeLimit::None)).allowed(Some(limit(5))), None);
        assert_eq!(TimeAccount::new(None).allowed(None), None);
        assert_eq!(TimeAccount::new(None).allowed(Some(limit(0))), None);
        assert_eq!(TimeAccount::new(Some(limit(0))).allowed(Some(limit(3))), Some(of(3)));
        assert_eq!(TimeAccount::new(None).allowed(Some(TimeLimit::Maximum)), Some(of(357_912 * 60)));
    }
}
