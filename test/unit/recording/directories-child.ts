/** Asks about directories as another user. */

import { checkDirectories } from '../../../src/recording/files/directories.ts';

const [recordingDirectory = '', directory = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await checkDirectories({ recordingDirectory, directory })));
