//! Clock, randomness and user id: the only door to what changes from run to run.
//!
//! Border: nothing else in the library looks at the real clock, asks the system for random bytes or reads
//! the environment. Timers of the network (time-outs, TLS validity) use real time and do not pass here.

use std::time::{Duration, Instant};

use jiff::civil::DateTime;

/// Seconds that a transfer takes in a frozen run.
const FROZEN_TRANSFER_SECONDS: f64 = 0.010;

/// What a run sees of the world.
pub trait World: Send + Sync {
    /// The local time of the emulated system.
    fn now(&self) -> DateTime;

    /// The same moment in seconds since 1970, UTC; 0 before that.
    fn unix_seconds(&self) -> u32 {
        seconds(&self.now(), &jiff::tz::TimeZone::UTC)
    }

    /// The same moment by Coordinated Universal Time.
    fn utc(&self) -> DateTime {
        let now = jiff::Timestamp::from_second(self.unix_seconds().into()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        now.to_zoned(jiff::tz::TimeZone::UTC).datetime()
    }

    /// Fills `bytes` with random bytes fit for salts and keys.
    fn fill_random(&self, bytes: &mut [u8]);

    /// The user id that jobs run under, 1 to 8 characters, upper case.
    fn user(&self) -> &str;

    /// True if the clock stands still: times taken are then constants.
    fn clock_is_frozen(&self) -> bool;

    /// The processor time that the calling thread has taken; it stands still while the clock does.
    fn processor_clock(&self) -> ProcessorClock {
        if self.clock_is_frozen() { || Duration::ZERO } else { thread_time }
    }

    /// Starts to measure an elapsed time.
    fn stopwatch(&self) -> Stopwatch {
        Stopwatch { started: (!self.clock_is_frozen()).then(Instant::now) }
    }
}

/// Tells the processor time that the calling thread has taken.
pub type ProcessorClock = fn() -> Duration;

#[cfg(unix)]
fn thread_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Elsewhere nobody tells it without code that cannot be checked: no step takes any.
#[cfg(not(unix))]
fn thread_time() -> Duration {
    Duration::ZERO
}

/// An elapsed time being measured.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    started: Option<Instant>,
}

impl Stopwatch {
    /// Seconds since the start; 0.010 in a frozen run.
    pub fn seconds(&self) -> f64 {
        self.started.map_or(FROZEN_TRANSFER_SECONDS, |started| started.elapsed().as_secs_f64())
    }
}

/// A world made of settings: the real one, or a frozen one for tests.
#[derive(Debug)]
pub struct Settings {
    /// User id of the jobs.
    pub user: String,
    /// Time zone of the emulated system.
    pub time_zone: jiff::tz::TimeZone,
    /// The time at which the clock stands still, if it does.
    pub frozen_clock: Option<DateTime>,
    /// Start of the reproducible stream of "random" bytes, if chance is frozen.
    pub seed: Option<Seed>,
}

impl Settings {
    /// The real world for `user` in UTC.
    pub fn real(user: &str) -> Self {
        Self { user: user.to_owned(), time_zone: jiff::tz::TimeZone::UTC, frozen_clock: None, seed: None }
    }
}

impl World for Settings {
    fn now(&self) -> DateTime {
        self.frozen_clock.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(self.time_zone.clone()).datetime())
    }

    fn unix_seconds(&self) -> u32 {
        seconds(&self.now(), &self.time_zone)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        match &self.seed {
            Some(seed) => seed.fill(bytes),
            // The system's generator fails only where there is none at all; a key made of anything else is no key.
            None => getrandom::fill(bytes).unwrap_or_else(|error| panic!("the system gives no random bytes: {error}")),
        }
    }

    fn user(&self) -> &str {
        &self.user
    }

    fn clock_is_frozen(&self) -> bool {
        self.frozen_clock.is_some()
    }
}

/// Seconds since 1970 of a local time; 0 where they do not fit.
fn seconds(local: &DateTime, zone: &jiff::tz::TimeZone) -> u32 {
    let zoned = local.to_zoned(zone.clone()).ok();
    zoned.and_then(|zoned| u32::try_from(zoned.timestamp().as_second()).ok()).unwrap_or(0)
}

/// A reproducible stream of bytes (SplitMix64). Never used where a live host could see the result.
#[derive(Debug)]
pub struct Seed(std::sync::Mutex<u64>);

impl Seed {
    /// The stream that starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(std::sync::Mutex::new(seed))
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = *state;
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(word ^ (word >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
