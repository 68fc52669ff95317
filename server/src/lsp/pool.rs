//! Threads that run request handlers, by latency class: what a person waits for while typing never queues behind the rest.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, select_biased, unbounded};

/// How soon an answer is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// While a key is going down: completion, hover, signature help.
    Typing,
    /// What the editor asks by itself after a change: symbols, hints, lenses.
    Reading,
    /// Diagnostics waves and searches over the workspace.
    Background,
    /// May wait for the network or run contracts: simulations, state, fetches.
    Slow,
}

type Job = Box<dyn FnOnce() + Send>;

/// The pool; dropping it lets the threads end when their queues are empty.
pub struct Pool {
    typing: Sender<Job>,
    reading: Sender<Job>,
    background: Sender<Job>,
    slow: Sender<Job>,
}

/// Deep but bounded recursion in parser and checker must not meet the end of the stack.
const STACK_BYTES: usize = 64 << 20;

impl Pool {
    /// Starts the threads.
    pub fn new() -> Pool {
        let cores = thread::available_parallelism().map_or(2, |n| n.get());
        let (typing, typing_jobs) = unbounded::<Job>();
        let (reading, reading_jobs) = unbounded::<Job>();
        let (background, background_jobs) = unbounded::<Job>();
        let (slow, slow_jobs) = unbounded::<Job>();
        spawn("typing", {
            let jobs = typing_jobs.clone();
            move || drain(&jobs)
        });
        for _ in 0..cores.clamp(2, 8) {
            let (typing, reading) = (typing_jobs.clone(), reading_jobs.clone());
            spawn("reading", move || drain_two(&typing, &reading));
        }
        for _ in 0..cores.clamp(2, 4) {
            let jobs = background_jobs.clone();
            spawn("background", move || drain(&jobs));
        }
        for _ in 0..4 {
            let jobs = slow_jobs.clone();
            spawn("slow", move || drain(&jobs));
        }
        Pool { typing, reading, background, slow }
    }

    /// Queues `job`. A panic in it is reported on standard error and ends only the job.
    pub fn run(&self, class: Class, job: impl FnOnce() + Send + 'static) {
        let queue = match class {
            Class::Typing => &self.typing,
            Class::Reading => &self.reading,
            Class::Background => &self.background,
            Class::Slow => &self.slow,
        };
        let _ = queue.send(Box::new(job));
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) {
    let started = thread::Builder::new().name(format!("amigos-{name}")).stack_size(STACK_BYTES).spawn(body);
    if let Err(problem) = started {
        eprintln!("amigos: cannot start a thread: {problem}");
    }
}

fn drain(jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        run(job);
    }
}

fn drain_two(first: &Receiver<Job>, second: &Receiver<Job>) {
    loop {
        let job = select_biased! {
            recv(first) -> job => job,
            recv(second) -> job => job,
        };
        match job {
            Ok(job) => run(job),
            Err(_) => return,
        }
    }
}

fn run(job: Job) {
    // The panic hook has written the message; the thread goes on.
    let _ = catch_unwind(AssertUnwindSafe(job));
}
