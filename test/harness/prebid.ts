// Prebid's own suite for this module, unmodified, with what Prebid's runner puts around a single spec.
import './globals';
import './noLocks';
import 'prebid-source/test/test_deps.js';
import 'prebid-source/test/pipeline_setup.js';
import './anotherMinute';
import './leftPage';
import './clean';
import './pending';
import 'prebid-source/test/spec/modules/uid2IdSystem_spec.js';
import 'prebid-source/test/helpers/hookSetup.js';
