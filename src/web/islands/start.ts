/** The start page: advice on the component with which the person has just logged in. */
import { showComponentNotice } from './component-notice.ts';

showComponentNotice();
