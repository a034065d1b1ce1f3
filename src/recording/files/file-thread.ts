/** What the thread for the files of recordings runs. */

import { serve } from '../../lib/thread.ts';
import { fileWork } from './file-work.ts';

serve(fileWork);
