// Prebid's suite stays on one page: a request that a test has left unanswered would be the next one's. Here each test leaves its page.
afterEach(() => { window.dispatchEvent(new Event('pagehide')); });
